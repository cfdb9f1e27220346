"""A call of every kind; the argument says which evaluators of its own judge the answers."""

import os
import sys
import time

import openai
from openai.types.chat import ChatCompletionFunctionToolParam

import spansight
from spansight.evals import Case, Evaluator, online
from spansight.evals.checks import Length, NotEmpty
from spansight.evals.toxicity import Toxicity


class Broken:
    def evaluate(self, case: Case) -> bool:
        raise KeyError(case.answer)


class Slow:
    def evaluate(self, case: Case) -> bool:
        time.sleep(60)
        return case.answer is None


OWN: dict[str, dict[str, Evaluator]] = {
    "short": {"short": Length(most=10)},
    "broken": {"broken": Broken(), "fine": NotEmpty()},
    "slow": {"slow": Slow()},
}


TOOL: ChatCompletionFunctionToolParam = {"type": "function", "function": {"name": "find"}}


@spansight.trace_llm_call(model="local", provider="ours")
def ask(question: str) -> str:
    return f"decorated answer to {question}"


def chat(scenario: str, *, stream: bool = False) -> None:
    url = f"{os.environ['PROVIDER']}/{scenario}/v1"
    with openai.OpenAI(base_url=url, api_key="unused", max_retries=0) as client:
        try:
            answer = client.chat.completions.create(
                model="gpt-4o",
                messages=[{"role": "user", "content": "a secret question"}],
                stream=stream,
                tools=[TOOL] if scenario == "tool_call" else openai.omit,
                stream_options={"include_usage": True} if stream else openai.omit,
            )
            if isinstance(answer, openai.Stream):
                list(answer)
        except openai.OpenAIError as error:
            os.write(1, type(error).__name__.encode())


for name in sys.argv[1:]:
    if name == "toxic":
        # A model takes longer to load than these calls do.
        judge = Toxicity()
        judge.prepare()
        OWN[name] = {**OWN["short"], "toxicity": judge}
    online.start(OWN[name])
with spansight.context(feature="answers", team="support", experiment="tone", variant="casual"):
    chat("ok")
    chat("ok", stream=True)
chat("tool_call")
chat("server_error")
ask("a secret question")
with spansight.context(feature="evaluation"):
    chat("ok")

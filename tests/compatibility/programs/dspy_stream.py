"""A stream of DSPy's that takes its time to begin."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false

import dspy
from steps import base_url, run


async def stream(prompt: str) -> str:
    chunks = [
        chunk async for chunk in dspy.streamify(dspy.Predict("question -> answer"))(question=prompt)
    ]
    return chunks[-1].answer


url = f"{base_url('slow_first_token')}/v1"
model = dspy.LM("openai/gpt-4o", api_base=url, api_key="unused", cache=False)
dspy.configure(lm=model, adapter=dspy.JSONAdapter())
run({"stream": stream})

"""An agent that uses a tool, and a retriever."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from tracing import QUESTION, base_url


@tool
def lookup(question: str) -> str:
    """Look something up."""
    return f"found: {question}"


class Shelf(BaseRetriever):
    """Knows one document."""

    def _get_relevant_documents(self, query: str, **_: object) -> list[Document]:
        return [Document(page_content=f"about {query}")]


def ask() -> None:
    """Make the calls."""
    Shelf().invoke(QUESTION)
    model = ChatOpenAI(model="gpt-4o", base_url=base_url("tool_call"), api_key="unused")
    agent = create_agent(model, [lookup], name="librarian")
    agent.invoke({"messages": [{"role": "user", "content": QUESTION}]})

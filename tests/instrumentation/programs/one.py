"""One call, and one line of output."""

import os

import openai

client = openai.OpenAI(base_url=f"{os.environ['PROVIDER']}/ok/v1", api_key="unused")
answer = client.chat.completions.create(
    model="gpt-4o", messages=[{"role": "user", "content": "hi"}]
)
os.write(1, f"{answer.choices[0].message.content}\n".encode())

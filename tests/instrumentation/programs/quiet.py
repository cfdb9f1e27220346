"""One call, and no output."""

import os

import openai

client = openai.OpenAI(base_url=f"{os.environ['PROVIDER']}/ok/v1", api_key="unused")
client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])

// Vercel's AI SDK: text with a tool, streamed text, an embedding; each a container span and its leaves.
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { embed, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const memory = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
provider.register();

// From version 7 on, telemetry is a package of its own that speaks the GenAI conventions.
const telemetry = process.env.AI_SDK_OTEL
  ? await import("@ai-sdk/otel").then(async ({ OpenTelemetry }) => {
      const { registerTelemetry } = await import("ai");
      registerTelemetry(new OpenTelemetry());
      return { telemetry: { isEnabled: true, functionId: "librarian" } };
    })
  : { experimental_telemetry: { isEnabled: true, functionId: "librarian" } };

const model = (scenario, name = "gpt-4o") =>
  createOpenAI({ baseURL: `${process.env.PROVIDER}/${scenario}/v1`, apiKey: "unused" }).chat(name);
const prompt = "Which fox jumps over the dog?";

await generateText({
  model: model("tool_call"),
  prompt,
  tools: {
    lookup: tool({
      description: "Look something up.",
      inputSchema: z.object({ question: z.string() }),
      execute: async ({ question }) => `found: ${question}`,
    }),
  },
  stopWhen: stepCountIs(3),
  ...telemetry,
});
await generateText({ model: model("cached"), prompt, ...telemetry });
await generateText({
  model: createAnthropic({ baseURL: `${process.env.ANTHROPIC}/v1`, apiKey: "unused" })(
    "claude-sonnet-4-5",
  ),
  prompt,
  ...telemetry,
});
await streamText({ model: model("reasoning"), prompt, ...telemetry }).consumeStream();
await embed({
  model: createOpenAI({ baseURL: `${process.env.PROVIDER}/ok/v1`, apiKey: "unused" }).embedding(
    "text-embedding-3-small",
  ),
  value: prompt,
  ...telemetry,
});
await provider.forceFlush();
// The exporter proper sends in chunks of no stated length, which the receiver here does not read.
await fetch(`${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, {
  method: "POST",
  body: ProtobufTraceSerializer.serializeRequest(memory.getFinishedSpans()),
});

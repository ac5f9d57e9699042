#!/usr/bin/env python3
"""A worker that asks before it answers. Its conversations outlive the node, if the pool has
`survive = true`."""
import troupe

app = troupe.App(window=8)


@app.kind("run")
def interview(call: troupe.Call, ctx=None):
    topic = (ctx or {}).get("topic", "tea")
    if call.ask(f"Do you like {topic}?")[0] != "yes":
        return f"no {topic}"
    how, cups = call.ask({"id": "how", "prompt": f"How do you take {topic}?"},
                         {"id": "cups", "prompt": "How many cups?"})
    return f"{cups} cups of {topic}, {how}"


app.run()

#!/usr/bin/env python3
"""A small web application with the library: a page, its form, JSON, a stream, an upload.

The node serves the files in `public` itself, such as the style of the page.
"""
import html
import os
import time

import troupe

app = troupe.App()

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Troupe</title>
<link rel="stylesheet" href="/style.css">
<h1>{title}</h1>
<form action="/upper"><input name="text" value="hello"> <button>In capitals</button></form>
<form action="/size" method="post" enctype="multipart/form-data">
  <input type="file" name="file"> <button>How large is it?</button>
</form>
<p><a href="/count">Count to five</a></p>
<p>Worker {worker} made this page.</p>
"""


@app.http("/")
def page(request):
    title = "Hello, " + html.escape(request.args().get("name", "world")) + "!"
    return PAGE.format(title=title, worker=os.getpid())


@app.http("/upper")
def upper(request):
    """Another pool does the work. If it fails, so does the request."""
    text = request.args().get("text", "")
    return request.call.call("text", "upper", {"text": text}, timeout=5)


@app.http("/count")
def count(_request):
    """Each line is sent when it is there."""
    def lines():
        for n in range(1, 6):
            yield f"{n}\n"
            time.sleep(0.2)
    return troupe.Response(lines(), headers={"content-type": "text/plain; charset=utf-8"})


@app.http("/size")
def size(request):
    """The node has parsed the form. Its files are there until the answer has left."""
    uploaded = (request.uploads or {}).get("file")
    if not uploaded:
        return troupe.Response("send a form with a file\n", status=400)
    with open(uploaded["tmpName"], "rb") as content:
        return {"name": uploaded["name"], "bytes": len(content.read())}


@app.http
def anything_else(request):
    return troupe.Response(f"There is no page {request.path}\n", status=404,
                           headers={"content-type": "text/plain; charset=utf-8"})


app.run()

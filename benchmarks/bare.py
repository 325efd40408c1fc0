"""What the product is measured against: Flask with nothing in it, answering as many bytes."""

import os

from flask import Flask, Response, request

app = Flask(__name__)
PAGE = b"x" * int(os.environ["BARE_PAGE_BYTES"])
REPLY = b"x" * int(os.environ["BARE_REPLY_BYTES"])


@app.get("/page")
def page() -> Response:
    return Response(PAGE, mimetype="text/html")


@app.post("/reply")
def reply() -> Response:
    request.get_data()
    return Response(REPLY, mimetype="application/json")

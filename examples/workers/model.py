"""A worker that takes long to load and holds much, as one with a model does. What stands above
`app.run()` is done once, in the process that all workers of the pool are forked from."""
import os
import time

import troupe

time.sleep(2)  # a long import
words = {str(number): number for number in range(200_000)}
loaded_by = os.getpid()

app = troupe.App()


@app.kind
def look_up(word):
    if word not in words:
        raise troupe.Error("no_word", f"'{word}' is not in the model")
    return {"number": words[word], "pid": os.getpid(), "loaded_by": loaded_by}


app.run()

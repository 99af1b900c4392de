"""Read one response at a time, here or in a worker process: plain data comes in and goes out, and no parse tree."""

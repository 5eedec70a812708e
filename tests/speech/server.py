"""A speech server as the FastAPI ones are: OpenAI's /v1/audio/transcriptions, with pocketsphinx to hear the words.

    python3 server.py PORT FFMPEG KEY
"""

import subprocess
import sys
import tempfile

import uvicorn
from fastapi import FastAPI, File, Form, Header, HTTPException, UploadFile
from hear import listen

PORT, FFMPEG, KEY = sys.argv[1:4]
MODEL = "pocketsphinx"

app = FastAPI()


@app.get("/health")
def health():
    return "OK"


@app.post("/v1/audio/transcriptions")
def transcribe(
    file: UploadFile = File(),
    model: str = Form(),
    response_format: str = Form("json"),
    authorization: str = Header(""),
):
    if authorization != f"Bearer {KEY}":
        raise HTTPException(401, "Incorrect API key provided")
    if model != MODEL:
        raise HTTPException(404, f"The model {model} does not exist")
    if response_format not in ("json", "verbose_json"):
        raise HTTPException(400, "response_format is json or verbose_json")
    samples = decode(file)
    segments = [{"id": number, **segment} for number, segment in enumerate(listen(samples))]
    text = " ".join(segment["text"] for segment in segments)
    if response_format == "json":
        return {"text": text}
    duration = len(samples) / 2 / 16_000
    return {"task": "transcribe", "language": "english", "duration": duration, "text": text, "segments": segments}


def decode(file: UploadFile) -> bytes:
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(file.file.read())
        copy.flush()
        to_samples = [FFMPEG, "-v", "error", "-i", copy.name, "-ac", "1", "-ar", "16000", "-f", "s16le", "pipe:1"]
        ffmpeg = subprocess.run(to_samples, capture_output=True)
    if ffmpeg.returncode != 0:
        raise HTTPException(400, f"Invalid file format: {ffmpeg.stderr.decode()}")
    return ffmpeg.stdout


uvicorn.run(app, host="127.0.0.1", port=int(PORT), log_level="warning")

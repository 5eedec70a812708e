"""Hears English words with pocketsphinx. As a program: prints what is said in a WAV (16 kHz, mono) as SubRip.

    python3 hear.py FILE
"""

import sys
import wave

from pocketsphinx import Pocketsphinx

FRAMES_PER_SECOND = 100
# Frames of silence that end a segment.
PAUSE = 30

# With its silence removed, the sound's times would not be the words'.
decoder = Pocketsphinx(logfn="/dev/null", remove_silence=False)


def listen(samples: bytes) -> list:
    """Segments of 16 kHz mono signed 16-bit samples; times in seconds."""
    decoder.start_utt()
    decoder.process_raw(samples, False, True)
    decoder.end_utt()
    segments, silent_since = [], -PAUSE
    for word in decoder.seg():
        if word.word.startswith(("<", "[", "+")):
            continue
        # "our(3)" is one of the ways to pronounce "our".
        text = word.word.split("(")[0]
        if word.start_frame - silent_since >= PAUSE:
            segments.append({"start": word.start_frame / FRAMES_PER_SECOND, "text": text})
        else:
            segments[-1]["text"] += f" {text}"
        silent_since = word.end_frame
        segments[-1]["end"] = silent_since / FRAMES_PER_SECOND
    return segments


def clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"


if __name__ == "__main__":
    with wave.open(sys.argv[1]) as sound:
        samples = sound.readframes(sound.getnframes())
    for number, segment in enumerate(listen(samples), start=1):
        print(f"{number}\n{clock(segment['start'])} --> {clock(segment['end'])}\n{segment['text']}\n")

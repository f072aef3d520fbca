"""JPEG and PAM images as the content of a new file: what is decoded, and what is refused."""

from __future__ import annotations

import base64

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.png import show
from conformance.scenarios.scenario import scenario

# Made by Pillow: 5 x 3 grey, 10 x 9 colour with halved chroma, 2 x 2 CMYK.
GREY = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVG"
    "ZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAADAAUBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABoQAAEFAQAAAAAA"
    "AAAAAAAAAAQAAwUTNJH/2gAIAQEAAD8AXCiQKcrfF//Z"
)
COLOUR = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1td"
    "hbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAJAAoDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABAIF/8QAGRAA"
    "AgMBAAAAAAAAAAAAAAAAAAQBITFB/8QAFAEBAAAAAAAAAAAAAAAAAAAABP/EABcRAAMBAAAAAAAAAAAAAAAAAAABAhH/"
    "2gAMAwEAAhEDEQA/AMpdfKHQvWEL8HRgWqei4lYf/9k="
)
CMYK = base64.b64decode(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwBQNzxGPDJQRkFGWlVQX3jIgnhubnj1r7mRyP//////////////////////////"
    "/////////////////////////8AAFAgAAgACBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEA"
    "AAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AGmmmv/Z"
)

PIXELS = bytes(range(15))


def uri(mime_type: str, data: bytes) -> str:
    return f"data:{mime_type};base64,{base64.b64encode(data).decode('ascii')}"


def pam(*lines: str, pixels: bytes = PIXELS) -> str:
    """A data URI of a PAM image with these lines in its header."""
    header = "".join(f"{line}\n" for line in ("P7", *lines, "ENDHDR"))
    return uri("image/x-portable-arbitrarymap", header.encode("ascii") + pixels)


def lines(width: str = "5", depth: int = 1, maximum: int = 255, kind: str = "GRAYSCALE") -> tuple[str, ...]:
    return (f"WIDTH {width}", "HEIGHT 3", f"DEPTH {depth}", f"MAXVAL {maximum}", f"TUPLTYPE {kind}")


@scenario("JPEG images are decoded, those that break off as far as they go", configuration=LAB)
def jpeg(session: Session) -> None:
    for data in (GREY, COLOUR, GREY[:-2], GREY[:-8], GREY + b"behind", CMYK):
        show(session, uri("image/jpeg", data))
    show(session, uri("image/jpg", GREY))


@scenario("JPEG images that are damaged, in the words of the library", configuration=LAB)
def damaged_jpeg(session: Session) -> None:
    start = GREY.index(b"\xff\xc0")
    scan = GREY.index(b"\xff\xda")
    deep = GREY[: start + 4] + b"\x0c" + GREY[start + 5 :]
    empty = GREY[: start + 5] + bytes(2) + GREY[start + 7 :]
    for data in (GREY[:start], GREY[:scan], deep, empty, b"\xff\xd8"):
        show(session, uri("image/jpeg", data))


@scenario("PAM images are decoded: grey of 8 and 16 bits, colour of 8", configuration=LAB)
def pam_images(session: Session) -> None:
    show(session, pam(*lines()))
    show(session, pam(*lines(maximum=65535), pixels=PIXELS * 2))
    show(session, pam(*lines(depth=3, kind="RGB"), pixels=PIXELS * 3))
    show(session, pam(*lines(depth=3, maximum=65535, kind="RGB"), pixels=PIXELS * 6))
    for odd in (("FOO bar",), ("# comment",), ("WIDTH 5",)):
        show(session, pam(*lines(), *odd))


@scenario("PAM images whose header or size is wrong", configuration=LAB)
def damaged_pam(session: Session) -> None:
    for width in ("05", "+5", "-5", "0", " 5", "5 ", "5x", "0x5", "65536", "2147483648"):
        show(session, pam(*lines(width)))
    for depth, maximum, kind in (
        (1, 4095, "GRAYSCALE"),
        (3, 4095, "RGB"),
        (2, 255, "GRAYSCALE_ALPHA"),
        (1, 255, "RGB"),
    ):
        show(session, pam(*lines(depth=depth, maximum=maximum, kind=kind)))
    for left_out in range(5):
        show(session, pam(*(line for number, line in enumerate(lines()) if number != left_out)))
    for pixels in (PIXELS[:-1], PIXELS + b"x", b""):
        show(session, pam(*lines(), pixels=pixels))
    show(session, pam(*lines(), "", pixels=PIXELS))
    show(session, uri("image/x-portable-arbitrarymap", b"P7\n"))

"""Pictures made fit for letters, against Pillow: it makes them, with all that
cameras and programs put into them, and looks at what comes out.

usage: python3 picture.py PROGRAM
"""
import io
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

try:
    from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter
    from PIL import ImageOps, ImageSequence, PngImagePlugin
except ImportError:
    sys.exit(77)

folder = Path(tempfile.mkdtemp(prefix="brevduva-picture-"))
WIDTH = 320
SECRET = b"KAMERANS HEMLIGHET"
faults = []
cases = []


def fail(name, *what):
    faults.append(name)
    print(f"{name}:", *what)


def scene(width, height, mode="RGB"):
    """Soft colours, a dark corner (top left), a fine pattern."""
    image = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", (image, image.transpose(3).resize(
        (width, height)), image.point(lambda v: 255 - v)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 4, height // 4), (20, 40, 30))
    draw.rectangle((width // 2, height // 2, width // 2 + width // 8,
                    height // 2 + height // 8), (200, 30, 60))
    if mode == "RGBA":
        alpha = Image.linear_gradient("L").resize((width, height))
        image.putalpha(alpha)
        return image
    return image.convert(mode)


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = SECRET.decode()
    gps = data.get_ifd(0x8825)
    gps[1], gps[2] = "N", (59.0, 7.0, 38.0)
    return data


def add(name, image, kind, **how):
    """A case: the file, and how it is to look."""
    path = folder / f"{name}.{kind}"
    image.save(path, {"jpg": "JPEG", "png": "PNG", "gif": "GIF"}[kind], **how)
    cases.append((name, path))
    return path


def add_bytes(name, kind, data):
    path = folder / f"{name}.{kind}"
    path.write_bytes(data)
    cases.append((name, path))


def with_segment(data, marker, body):
    """A JPEG with a segment more behind its start."""
    return data[:2] + b"\xff" + bytes([marker]) + struct.pack(
        ">H", len(body) + 2) + body + data[2:]


def with_chunk(data, name, body):
    """A PNG with a chunk more behind its header."""
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(
        ">I", zlib.crc32(name + body))
    return data[:33] + chunk + data[33:]


def foreign_profile():
    """Not sRGB: red and blue in each other's place, as no screen has it."""
    data = bytearray(ImageCms.ImageCmsProfile(
        ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    at = {bytes(data[132 + 12 * i:136 + 12 * i]): 132 + 12 * i
          for i in range(count)}
    red, blue = at[b"rXYZ"], at[b"bXYZ"]
    data[red + 4:red + 12], data[blue + 4:blue + 12] = (
        data[blue + 4:blue + 12], data[red + 4:red + 12])
    return bytes(data)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
FOREIGN = foreign_profile()


def make_cases():
    large, small = scene(600, 400), scene(200, 130)
    for turn in range(1, 9):
        add(f"turned-{turn}", large if turn % 2 else small, "jpg",
            exif=exif(turn), quality=95)
    add("grey", scene(600, 400, "L"), "jpg", quality=95)
    add("inks", scene(500, 300, "CMYK"), "jpg", quality=95)
    add("progressive", small, "jpg", progressive=True, quality=90)
    add("srgb", small, "jpg", icc_profile=SRGB, quality=95)
    add("foreign", small, "jpg", icc_profile=FOREIGN, quality=95)
    add("foreign-large", large, "png", icc_profile=FOREIGN)
    add("foreign-png", small, "png", icc_profile=FOREIGN)
    add("srgb-png", small, "png", icc_profile=SRGB)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        for size, image in (("large", large), ("small", small)):
            if mode in ("LA", "RGBA"):
                image = scene(*image.size, "RGBA")
            image = image.convert("L").convert("I").point(
                lambda v: v * 256) if mode == "I;16" else image.convert(mode)
            add(f"png-{mode.replace(';', '')}-{size}", image, "png")
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    add("png-told", small, "png", pnginfo=info, exif=exif(6),
        dpi=(300, 300))
    data = add("plain", small, "jpg", comment=SECRET, quality=90).read_bytes()
    data = with_segment(data, 0xe1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)
    data = with_segment(data, 0xed, b"Photoshop 3.0\0" + SECRET)
    data = with_segment(data, 0xe0, b"JFXX\0\x10" + SECRET)
    add_bytes("told", "jpg", data + SECRET)
    add("still", small.convert("P"), "gif", comment=SECRET)
    add("still-large", large.convert("P"), "gif", comment=SECRET)
    add("still-large-holes", scene(600, 200, "RGBA"), "gif", interlace=1)
    frames = [scene(500, 100 + 9 * n).crop((0, 0, 500, 100)) for n in range(3)]
    add("moves", frames[0], "gif", save_all=True, append_images=frames[1:],
        loop=0, duration=200, comment=SECRET)
    add("moves-png", frames[0], "png", save_all=True,
        append_images=frames[1:], duration=200)
    add("narrow", scene(WIDTH + 1, 3), "png")
    add("tall", scene(3, 2000), "png")


def run(names):
    jobs = "".join(f"{WIDTH} {path} {folder}/{name}.out\n"
                   for name, path in names)
    answers = subprocess.run([sys.argv[1]], input=jobs.encode(), check=True,
                             stdout=subprocess.PIPE).stdout.decode()
    return answers.splitlines()


def read(path):
    image = Image.open(io.BytesIO(path.read_bytes()))
    image.load()
    return image


def plain(image):
    """As RGBA."""
    if image.mode.startswith("I"):
        image = image.point(lambda v: v / 256).convert("L")
    if image.mode == "CMYK":
        image = image.convert("RGB")
    return image.convert("RGBA")


def upright(path):
    """As programs show it that know all about pictures."""
    image = read(path)
    profile = image.info.get("icc_profile")
    image = plain(ImageOps.exif_transpose(image))
    if profile:
        alpha = image.getchannel("A")
        image = ImageCms.profileToProfile(
            image.convert("RGB"), ImageCms.ImageCmsProfile(
                io.BytesIO(profile)), ImageCms.createProfile("sRGB"))
        image.putalpha(alpha)
    return image


def linear(value):
    value /= 255
    return value / 12.92 if value <= 0.04045 else (
        (value + 0.055) / 1.055) ** 2.4


def smaller(image):
    """In linear light, or dots would become darker from afar."""
    size = WIDTH, max(1, round(image.height * WIDTH / image.width))
    light = [round(255 * linear(v)) for v in range(256)] * 3
    dark = [min(range(256), key=lambda n: abs(light[n] - v))
            for v in range(256)] * 3
    colours = image.convert("RGB").point(light).resize(
        size, Image.Resampling.LANCZOS).point(dark)
    colours.putalpha(image.getchannel("A").resize(
        size, Image.Resampling.LANCZOS))
    return colours


def on_grey(image):
    ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
    return Image.alpha_composite(ground, image).convert("RGB")


def difference(a, b):
    """Mean of what differs once both are a little blurred, 0 to 255."""
    blurred = [on_grey(i).filter(ImageFilter.GaussianBlur(2)) for i in (a, b)]
    diff = ImageChops.difference(*blurred).convert("L").histogram()
    return sum(v * n for v, n in enumerate(diff)) / sum(diff)


def check(name, path, answer):
    out = folder / f"{name}.out"
    words = answer.split()
    if len(words) != 4 or not words[0].startswith("image/"):
        fail(name, answer)
        return
    made = read(out)
    want = upright(path)
    moves = name.startswith("moves")
    if want.width > WIDTH and not moves:
        want = smaller(want)
    if made.size != want.size or words[1:3] != [str(n) for n in want.size]:
        fail(name, f"{made.size}, not {want.size}: {answer}")
        return
    got = difference(plain(made), want)
    if got > 2:
        fail(name, f"looks different: {got:.2f}")
    if f"image/{made.format.lower()}" != words[0]:
        fail(name, answer)
    data = out.read_bytes()
    for word in (SECRET, b"Exif", b"xap", b"Photoshop", b"ICC_PROFILE",
                 b"iCCP", b"eXIf", b"tEXt", b"iTXt", b"pHYs", b"tIME"):
        if word in data:
            fail(name, f"{word} is left in it")
    if made.getexif() or made.info.get("icc_profile") or (
            moves != (getattr(made, "n_frames", 1) > 1)):
        fail(name, made.info)
    if moves and words[3] != "1":
        fail(name, answer)


def check_kept():
    """What need not be made anew has the very same pixels."""
    for name in ("plain", "told", "progressive", "srgb", "still",
                 "png-P-small", "png-RGBA-small", "png-1-small",
                 "png-I16-small", "srgb-png", "moves"):
        pair = read(dict(cases)[name]), read(folder / f"{name}.out")
        if pair[0].mode != pair[1].mode or pair[0].tobytes() != \
                pair[1].tobytes():
            fail(name, "its pixels are others")
    for a, b in zip(*(ImageSequence.Iterator(read(p)) for p in (
            folder / "moves.gif", folder / "moves.out"))):
        if a.convert("RGB").tobytes() != b.convert("RGB").tobytes():
            fail("moves", "a frame differs")


def check_refused():
    """Damage and bombs: told, and nothing is written."""
    jpg = (folder / "turned-1.jpg").read_bytes()
    png = (folder / "png-RGB-small.png").read_bytes()
    gif = (folder / "still.gif").read_bytes()
    bomb = bytearray(png)
    bomb[16:24] = struct.pack(">II", 30000, 30000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bytes(bomb[12:29])))
    wide = bytearray(bomb)
    wide[16:24] = struct.pack(">II", 2**31 - 1, 1)
    spoilt = bytearray(png)
    spoilt[len(png) // 2] ^= 0xff
    huge = with_chunk(png, b"iCCP", b"a\0\0" + zlib.compress(
        b"\0" * 100_000_000))
    frames = bytearray(gif)
    frames[6:10] = b"\xff\xff\xff\xff"
    bad = {"empty": (b"", "not a PNG"), "text": (b"hej", "not a PNG"),
           "svg": (b"<svg/>", "not a PNG"), "magic": (jpg[:3], "damaged"),
           "half-jpg": (jpg[:len(jpg) // 2], "damaged"),
           "half-png": (png[:len(png) // 2], "damaged"),
           "half-gif": (gif[:len(gif) // 2], "damaged"),
           "spoilt": (bytes(spoilt), "damaged"),
           "bomb": (bytes(bomb), "million"), "wide": (bytes(wide), "million"),
           "bomb-gif": (bytes(frames), "million"),
           "zero": (png[:16] + b"\0" * 8 + png[24:], "damaged")}
    names = []
    for name, (data, _) in bad.items():
        (folder / f"bad-{name}").write_bytes(data)
        names.append((f"bad-{name}", folder / f"bad-{name}"))
    for (name, _), answer in zip(names, run(names)):
        if bad[name[4:]][1] not in answer:
            fail(name, answer)
        if (folder / f"{name}.out").exists():
            fail(name, "something was written")
    (folder / "profile-bomb.png").write_bytes(huge)
    names = [("profile-bomb", folder / "profile-bomb.png")]
    if not run(names)[0].startswith("image/png 200 130"):
        fail("profile-bomb", run(names))


def check_the_same():
    """The same octets in, the same octets out; and what is fit stays so."""
    before = {name: (folder / f"{name}.out").read_bytes() for name, _ in cases}
    run(cases)
    again = [(f"{name}-again", folder / f"{name}.out") for name, _ in cases]
    run(again)
    for name, data in before.items():
        if (folder / f"{name}.out").read_bytes() != data:
            fail(name, "comes out otherwise the second time")
        if (folder / f"{name}-again.out").read_bytes() != data:
            fail(name, "is changed when it goes in again")


make_cases()
for case, said in zip(cases, run(cases)):
    check(*case, said)
check_kept()
check_refused()
check_the_same()
print(f"{len(cases)} pictures, {len(faults)} faults")
for file in folder.iterdir():
    file.unlink()
folder.rmdir()
sys.exit(1 if faults else 0)

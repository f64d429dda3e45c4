"""Certificates for servers of tests."""
import pathlib
import ssl
import subprocess


def certificate(folder, name, host, start="200101000000Z",
                end="491231000000Z"):
    """A server's own one: (context for the server, path for the client's
    ca_file). `host` as in "DNS:localhost". Only `openssl ca` sets both
    dates."""
    path = pathlib.Path(folder) / name
    path.mkdir()
    (path / "index").touch()
    (path / "conf").write_text(
        "[ca]\ndefault_ca = d\n[d]\npolicy = p\ndefault_md = sha256\n"
        f"new_certs_dir = {path}\ndatabase = {path}/index\n"
        f"serial = {path}/serial\n"
        "[p]\ncommonName = supplied\n"
        f"[e]\nsubjectAltName = {host}\nbasicConstraints = CA:TRUE\n"
        "[req]\ndistinguished_name = n\n[n]\n")
    key, request, signed = (f"{path}/{x}" for x in ("key", "csr", "pem"))
    for command in (
            ["req", "-new", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
             request, "-subj", "/CN=test"],
            ["ca", "-batch", "-selfsign", "-rand_serial", "-keyfile", key,
             "-in", request, "-out", signed, "-notext", "-startdate", start,
             "-enddate", end, "-extensions", "e"]):
        subprocess.run(["openssl", *command, "-config", f"{path}/conf"],
                       check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, key)
    return context, signed

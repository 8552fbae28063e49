"""Which addresses may be requested, and which belong to the public internet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.guard import Guard, RefusedAddressError, is_public

PORTS = (80, 443, 8080)
GUARD = Guard(("*.LocalHost", "wiki.desk.example"), PORTS)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:100.64.0.1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:0:4136:e378:8000:63bf:fefe:fefe",
        "64:ff9b:1::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "::7f00:1",
        "::ffff:0:127.0.0.1",
        "::ffff:0:10.0.0.1",
    ],
)
def test_private_and_reserved_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::1.1.1.1", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1"],
)
def test_public_addresses_are_recognised(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "authority", "port", "path"),
    [
        ("http://News.Example", "news.example", 80, "/"),
        ("https://news.example/a/b?c=d&e", "news.example", 443, "/a/b?c=d&e"),
        ("https://news.example./a", "news.example", 443, "/a"),
        ("https://news.example:8080/#top", "news.example:8080", 8080, "/"),
        ("http://news.example:443/", "news.example:443", 443, "/"),
        ("http://news.example?q=1", "news.example", 80, "/?q=1"),
        ("http://news.example//a//b", "news.example", 80, "//a//b"),
        ("http://news.example/a b/ü%C3%BC?q=ü", "news.example", 80, "/a%20b/%C3%BC%C3%BC?q=%C3%BC"),
        ("http://straße.example/", "xn--strae-oqa.example", 80, "/"),
        ("http://news。example/", "news.example", 80, "/"),
        ("http://\uff2eews.Example/", "news.example", 80, "/"),
        ("http://1.1.1.1/", "1.1.1.1", 80, "/"),
        ("http://[2606:4700:4700:0::1111]/", "[2606:4700:4700::1111]", 80, "/"),
        ("http://my_paper.example/", "my_paper.example", 80, "/"),
        ("http://a.localhost:5/", "a.localhost:5", 5, "/"),
    ],
)
def test_an_address_is_parsed(url, authority, port, path):
    target = GUARD.target(url)
    assert (target.authority, target.port, target.path) == (authority, port, path)
    assert target.origin == f"{url.split(':')[0]}://{authority}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "http:///path",
        "not a url",
        "//news.example/",
        "ftp://news.example/",
        "file:///etc/passwd",
        "gopher://news.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://news.example:22/",
        "http://news.example:0/",
        "http://news.example:99999/",
        "http://news.example:port/",
        "http://me@news.example/",
        "http://me:secret@news.example/",
        "http://1.1.1.1@news.example/",
        "http://@news.example/",
        "http://xn--a\u0308/",
        "http://-a.example/",
        "http://a..example/",
        "http://a b.example/",
        "http://a%2eb.example/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://[2606:4700:4700::1111%251]/",
        "http://[1.1.1.1]/",
        "http://[v1.a:b]/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 123}examples/",
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://127.0.0.0x1/",
        "http://1.1.1/",
        "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
    ],
)
def test_forbidden_addresses_are_refused(url):
    with pytest.raises(RefusedAddressError):
        GUARD.target(url)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost.example", "desk.example", "a.wiki.desk.example"]
)
def test_only_allowed_hosts_may_use_any_port(host):
    with pytest.raises(RefusedAddressError, match="allow_ports"):
        GUARD.target(f"http://{host}:5/")


def test_only_an_allowed_host_may_be_private():
    GUARD.check("wiki.desk.example", ["10.0.0.1"])
    GUARD.check("news.example", ["1.1.1.1", "2606:4700:4700::1111"])
    for addresses in (["10.0.0.1"], ["1.1.1.1", "10.0.0.1"]):
        with pytest.raises(RefusedAddressError, match=r"10\.0\.0\.1"):
            GUARD.check("news.example", addresses)


@given(st.text(max_size=30) | st.text(max_size=20).map("http://{}/".format))
def test_any_address_is_parsed_or_refused(url):
    try:
        target = GUARD.target(url)
    except RefusedAddressError:
        return
    assert target.port in PORTS or GUARD.allows(target.host)
    assert target.authority.isascii()
    assert target.path.isascii()
    assert target.path.startswith("/")
    assert not set(target.path) & set(" \r\n\t#")
    # Parsing the result again gives the same: later parsers cannot read it differently.
    assert GUARD.target(target.origin + target.path) == target

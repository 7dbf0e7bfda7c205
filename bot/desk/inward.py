"""一个网址的主机是不是指着自己这边（本机、内网、不通到外面的地址）；和真去连的时候认得一样。"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
_NAMES = (".localhost", ".local", ".internal")


def host_of(url: str) -> str:
    """连的时候用的主机：全角的、句号写成“。”的已经化成平常的写法；网址不对是 ValueError。"""
    from yarl import URL  # 有人填了网址才载入

    return (URL(url).raw_host or "").rstrip(".")


def inward(host: str) -> bool:
    """这个主机不往外面去；是名字的，解出来的地址连的时候再看。"""
    if not host or host == "localhost" or host.endswith(_NAMES):
        return True
    try:
        return not outward(ip_address(host.partition("%")[0]))
    except ValueError:
        return False


def outward(address: IPv4Address | IPv6Address) -> bool:
    """这个地址在外面；IPv6 地址里装着 IPv4 地址的，装着的也要在外面。"""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address in _NAT64:
        return outward(IPv4Address(int(address) & 0xFFFFFFFF))
    within = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if within is not None:
        return outward(within)
    return address.is_global and not address.is_multicast and not address.is_reserved

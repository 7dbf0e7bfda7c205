"""库的钟：租约只看它，各台机器的钟不必对得准。"""

from sqlalchemy import Connection


def database_now(connection: Connection) -> float:
    """库的钟上的此刻，1970 年起的秒数。"""
    sqlite = connection.dialect.name == "sqlite"
    query = "(julianday('now') - 2440587.5) * 86400.0" if sqlite else "extract(epoch FROM clock_timestamp())::float8"
    return float(connection.exec_driver_sql(f"SELECT {query}").scalar_one())

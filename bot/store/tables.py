"""各张表挂在哪里，名字怎么起。"""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)

Row = BigInteger().with_variant(Integer, "sqlite")
"""自增的行号；SQLite 只给 INTEGER 主键自增。"""

"""设置：环境变量或 .env 里 CHUANGB_ 开头的几项；启动时读一次。"""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo

PREFIX = "CHUANGB_"


class SettingsError(ValueError):
    """设置有错；说明里点出是哪一项。"""


@dataclass(frozen=True, slots=True)
class Settings:
    """各项设置；没填的渠道就是关着的。"""

    database_url: str = ""
    secret_key: str = ""
    base_url: str = ""
    wechat_app_id: str = ""
    wechat_app_secret: str = ""
    wechat_token: str = ""
    wechat_aes_key: str = ""
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_templates: str = ""
    telegram_token: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_secret: str = ""
    timezone: str = "Asia/Shanghai"
    embed_origins: str = ""
    webhook_hosts: str = ""
    proxies: str = "0"
    web_per_user: str = "2"
    web_per_address: str = "20"

    @property
    def zone(self) -> ZoneInfo:
        """业务时区。"""
        try:
            return ZoneInfo(self.timezone)
        except (ValueError, OSError, KeyError) as error:
            raise SettingsError(f"{PREFIX}TIMEZONE：没有这个时区：{self.timezone}") from error

    @property
    def database(self) -> str:
        """数据库 URL；没填就用用户数据目录里的一个 SQLite 文件。"""
        if self.database_url:
            return self.database_url
        from platformdirs import user_data_path

        folder = user_data_path("chuangb", ensure_exists=True)
        return f"sqlite:///{folder / 'chuangb.db'}"


def read_settings(dotenv: Path = Path(".env"), database_url: str = "") -> Settings:
    """环境变量优先于 .env；`database_url` 是命令行给的，最优先。"""
    settings = given_settings(dotenv, database_url)
    _ = settings.zone
    return settings


def given_settings(dotenv: Path = Path(".env"), database_url: str = "") -> Settings:
    """同 read_settings，但不核对，写错的照样给出。"""
    written = given(dotenv)
    named = {field.name: written.get(f"{PREFIX}{field.name.upper()}") or field.default for field in fields(Settings)}
    if database_url:
        named["database_url"] = database_url
    return Settings(**named)  # type: ignore[arg-type]


def given(dotenv: Path = Path(".env")) -> dict[str, str | None]:
    """.env 和环境变量里写的一切；.env 读不了抛 SettingsError。"""
    try:
        if not dotenv.exists():
            return dict(os.environ)
        from dotenv import dotenv_values  # 没有 .env 就不占这一份内存

        return {**dotenv_values(dotenv), **os.environ}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{dotenv} 读不了：{error}") from error

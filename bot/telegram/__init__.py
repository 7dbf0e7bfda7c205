"""Telegram 的收发：推送或长轮询进来，Bot API 出去。没有配置就不导入。"""

"""第四批表：服务台的案子、账号、审计、学来的答案、更正、抽查；没看懂的回合有自己的索引；用户说过的厂抄一份。"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNANSWERED = sa.text("claimed IN ('lost', 'near', 'wrong')")


def upgrade() -> None:
    """建表；会话里记着的厂抄进 profiles。"""
    op.create_table(
        "strangers",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="strangers_pk"),
    )
    op.create_index("strangers_at_index", "strangers", ["at"])
    op.create_table(
        "answers",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="answers_pk"),
    )
    op.create_index("answers_state_index", "answers", ["state"])
    op.create_table(
        "audit",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pk"),
    )
    op.create_index("audit_operator_id_index", "audit", ["operator", "id"])
    op.create_table(
        "bind_codes",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="bind_codes_pk"),
    )
    op.create_table(
        "canned",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cites", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="canned_pk"),
    )
    op.create_table(
        "cases",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("said_at", sa.Text(), nullable=False),
        sa.Column("unread", sa.Integer(), server_default="0", nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("touched", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="cases_pk"),
    )
    op.create_index("cases_district_state_said_at_id_index", "cases", ["district", "state", "said_at", "id"])
    op.create_index("cases_operator_state_index", "cases", ["operator", "state"])
    op.create_index("cases_state_said_at_id_index", "cases", ["state", "said_at", "id"])
    op.create_index("cases_touched_index", "cases", ["touched"])
    op.create_index("cases_user_index", "cases", ["user"])
    op.create_table(
        "corrections",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found", sa.Integer(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="corrections_pk"),
    )
    op.create_table(
        "day_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "district", "name", name="day_counts_pk"),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="desk_sessions_pk"),
    )
    op.create_index("desk_sessions_operator_index", "desk_sessions", ["operator"])
    op.create_table(
        "dismissed",
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("words", name="dismissed_pk"),
    )
    op.create_table(
        "operators",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.Column("bound", sa.Text(), server_default="", nullable=False),
        sa.Column("webhook", sa.Text(), server_default="", nullable=False),
        sa.Column("on_duty", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name="operators_pk"),
    )
    op.create_table(
        "profiles",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("branches", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "position", name="profiles_pk"),
    )
    op.create_index("profiles_district_index", "profiles", ["district"])
    op.create_table(
        "spot_checks",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="spot_checks_pk"),
    )
    op.create_index("spot_checks_district_year_index", "spot_checks", ["district", "year"])
    op.create_table(
        "answer_versions",
        sa.Column("answer_id", ROW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("published_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name="answer_versions_answer_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("answer_id", "version", name="answer_versions_pk"),
    )
    op.create_table(
        "corrected",
        sa.Column("correction_id", ROW, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("told_at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name="corrected_correction_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("correction_id", "user", name="corrected_pk"),
    )
    op.create_index("corrected_user_index", "corrected", ["user"])
    op.create_table(
        "notes",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("case_id", ROW, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="notes_case_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="notes_pk"),
    )
    op.create_index("notes_case_id_index", "notes", ["case_id"])
    op.create_table(
        "spot_items",
        sa.Column("check_id", ROW, nullable=False),
        sa.Column("enterprise_id", ROW, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.Column("rectified_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["spot_checks.id"], name="spot_items_check_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("check_id", "enterprise_id", name="spot_items_pk"),
        sa.UniqueConstraint("check_id", "place", name="spot_items_check_id_place_key"),
    )
    op.create_index("turns_unanswered_index", "turns", ["id"], sqlite_where=UNANSWERED, postgresql_where=UNANSWERED)
    _copy_profiles()


def _copy_profiles() -> None:
    connection = op.get_bind()
    names = ("district", "branches", "name", "code", "grade", "wish")
    columns: list[sa.ColumnClause[Any]] = [sa.column(each) for each in ("user", "position", *names, "updated_at")]
    profiles = sa.table("profiles", *columns)
    found = list(connection.execute(sa.text('SELECT "user", state, updated_at FROM sessions')))
    rows = [row for each in found for row in _profiles(*each)]
    for at in range(0, len(rows), 500):
        connection.execute(sa.insert(profiles), rows[at : at + 500])


def _profiles(user: str, state: str, at: str) -> Iterator[dict[str, object]]:
    try:
        session = json.loads(state)
    except ValueError:
        return
    if not isinstance(session, dict):
        return
    for position, known in enumerate((session.get("known") or {}, *(session.get("others") or ()))):
        if any(known.get(each) for each in ("district", "branches", "name")):
            row = {each: known.get(each) or "" for each in ("district", "name", "code", "grade", "wish")}
            branches = json.dumps(known.get("branches") or [], ensure_ascii=False)
            yield {"user": user, "position": position, **row, "branches": branches, "updated_at": at}

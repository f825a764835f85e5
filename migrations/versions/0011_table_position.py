"""where a team stands in the published table, so that one sheet of it can be read alone"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

HEADLINES = {
    'sqlite_where': sa.text('is_weeks_team = 1 OR is_top_riser = 1'),
    'postgresql_where': sa.text('is_weeks_team OR is_top_riser'),
}


def upgrade() -> None:
    with op.batch_alter_table('team_round', schema=None) as batch_op:
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=True))
    _fill()
    with op.batch_alter_table('team_round', schema=None) as batch_op:
        batch_op.alter_column('position', existing_type=sa.Integer(), nullable=False)
        batch_op.create_unique_constraint(op.f('uq_team_round_round_id_position'), ['round_id', 'position'])
        batch_op.create_index('ix_team_round_headlines', ['round_id'], unique=False, **HEADLINES)


def _fill() -> None:
    """The order in which the table was shown until now: by place and name, then the unranked."""
    team_round = sa.table('team_round', *map(sa.column, ('round_id', 'team_id', 'place', 'position')))
    team = sa.table('team', sa.column('id'), sa.column('name'))
    rows = op.get_bind().execute(
        sa.select(team_round.c.round_id, team_round.c.team_id, team_round.c.place, team.c.name)
        .join(team, team.c.id == team_round.c.team_id)
    ).all()
    tables = defaultdict(list)
    for row in rows:
        tables[row.round_id].append(row)
    filled = [
        {'of_round': row.round_id, 'of_team': row.team_id, 'at': position}
        for table in tables.values()
        for position, row in enumerate(
            sorted(table, key=lambda row: (row.place is None, row.place or 0, row.name)), start=1
        )
    ]
    if filled:
        op.get_bind().execute(
            team_round.update()
            .where(
                team_round.c.round_id == sa.bindparam('of_round'),
                team_round.c.team_id == sa.bindparam('of_team'),
            )
            .values(position=sa.bindparam('at')),
            filled,
        )


def downgrade() -> None:
    with op.batch_alter_table('team_round', schema=None) as batch_op:
        batch_op.drop_index('ix_team_round_headlines', **HEADLINES)
        batch_op.drop_constraint(op.f('uq_team_round_round_id_position'), type_='unique')
        batch_op.drop_column('position')

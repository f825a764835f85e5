"""the season report: means of discomfort, and the pulse before and after"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('comfort_round',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('actual', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_comfort_round_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_comfort_round'))
    )
    op.create_table('pulse_tally',
    sa.Column('season_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=10), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_pulse_tally_season_id_season'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('season_id', 'moment', name=op.f('pk_pulse_tally'))
    )
    # Without row ids, which would keep the order in which people came.
    op.create_table('pulse_seen',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('season_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_pulse_seen_season_id_season'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_pulse_seen_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'season_id', 'moment', name=op.f('pk_pulse_seen')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_pulse_seen_season_id'), 'pulse_seen', ['season_id'], unique=False)

    op.create_table('pulse_result',
    sa.Column('season_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=10), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('mean', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_pulse_result_season_id_season'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('season_id', 'moment', 'question', name=op.f('pk_pulse_result'))
    )


def downgrade() -> None:
    op.drop_table('pulse_result')
    op.drop_index(op.f('ix_pulse_seen_season_id'), table_name='pulse_seen')
    op.drop_table('pulse_seen')
    op.drop_table('pulse_tally')
    op.drop_table('comfort_round')

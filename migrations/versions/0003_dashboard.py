"""dashboards: reporting groups, snapshots, and who opened them"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reporting_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('season_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['reporting_group.id'], name=op.f('fk_reporting_group_parent_id_reporting_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_reporting_group_season_id_season'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reporting_group'))
    )
    with op.batch_alter_table('reporting_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reporting_group_season_id'), ['season_id'], unique=False)

    op.create_table('reporting_group_team',
    sa.Column('season_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['reporting_group.id'], name=op.f('fk_reporting_group_team_group_id_reporting_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_reporting_group_team_season_id_season'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_reporting_group_team_team_id_team')),
    sa.PrimaryKeyConstraint('season_id', 'team_id', name=op.f('pk_reporting_group_team'))
    )
    with op.batch_alter_table('reporting_group_team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reporting_group_team_group_id'), ['group_id'], unique=False)

    op.create_table('snapshot',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('is_shown', sa.Boolean(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=True),
    sa.Column('bands', sa.Integer(), nullable=True),
    sa.Column('meetings', sa.Integer(), nullable=False),
    sa.Column('bridges', sa.Integer(), nullable=False),
    sa.Column('badges', sa.JSON(), nullable=False),
    sa.Column('matrix', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['reporting_group.id'], name=op.f('fk_snapshot_group_id_reporting_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_snapshot_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', 'group_id', name=op.f('pk_snapshot'))
    )
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_snapshot_group_id'), ['group_id'], unique=False)

    op.create_table('reporting_tally',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('meetings', sa.Integer(), nullable=False),
    sa.Column('bridges', sa.Integer(), nullable=False),
    sa.Column('badges', sa.JSON(), nullable=False),
    sa.Column('matrix', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['reporting_group.id'], name=op.f('fk_reporting_tally_group_id_reporting_group'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', name=op.f('pk_reporting_tally'))
    )
    op.create_table('dashboard_view',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['reporting_group.id'], name=op.f('fk_dashboard_view_group_id_reporting_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_dashboard_view_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'user_id', 'seen_on', name=op.f('pk_dashboard_view'))
    )
    with op.batch_alter_table('dashboard_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dashboard_view_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('dashboard_view')
    op.drop_table('reporting_tally')
    op.drop_table('snapshot')
    op.drop_table('reporting_group_team')
    op.drop_table('reporting_group')

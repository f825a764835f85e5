"""a season is planned before it is started, and an organisation words challenges its own way"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('season', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opened_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('goal_wish', sa.Integer(), nullable=True))
    # Until now a planned season was open to everybody at once.
    op.execute(sa.text('UPDATE season SET opened_at = starts_at'))
    op.create_table('challenge_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('challenge', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.Column('stamp', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge_text'))
    )
    op.create_table('own_challenge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_challenge'))
    )


def downgrade() -> None:
    op.drop_table('own_challenge')
    op.drop_table('challenge_text')
    with op.batch_alter_table('season', schema=None) as batch_op:
        batch_op.drop_column('goal_wish')
        batch_op.drop_column('opened_at')

"""a random id for every user, when she is to be erased, and what erased people did for the goal"""

import secrets

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: SQLite would make the table anew for a column without a default, and so
    # forget which ids it has given away.
    op.add_column('user', sa.Column('public_id', sa.String(length=32), nullable=False, server_default=''))
    op.add_column('user', sa.Column('erase_at', sa.DateTime(), nullable=True))
    op.add_column('season', sa.Column('goal_of_erased', sa.Integer(), nullable=False, server_default='0'))
    user = sa.table('user', sa.column('id', sa.Integer), sa.column('public_id', sa.String))
    connection = op.get_bind()
    rows = [
        {'one': id_, 'random': secrets.token_hex(16)}
        for id_ in connection.scalars(sa.select(user.c.id))
    ]
    if rows:
        fill = user.update().where(user.c.id == sa.bindparam('one'))
        connection.execute(fill.values(public_id=sa.bindparam('random')), rows)
    op.create_index('ix_user_public_id', 'user', ['public_id'], unique=True)
    if connection.dialect.name == 'postgresql':
        op.alter_column('user', 'public_id', server_default=None)
        op.alter_column('season', 'goal_of_erased', server_default=None)


def downgrade() -> None:
    op.drop_index('ix_user_public_id', 'user')
    op.drop_column('season', 'goal_of_erased')
    op.drop_column('user', 'erase_at')
    op.drop_column('user', 'public_id')

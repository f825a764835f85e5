"""the coffee room's screen"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('wall_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wall_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_wall_link_token_hash'))
    )


def downgrade() -> None:
    op.drop_table('wall_link')

"""when the season was negotiated, and its record"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('season', schema=None) as batch_op:
        batch_op.add_column(sa.Column('negotiated_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('negotiation_reference', sa.String(length=120), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('season', schema=None) as batch_op:
        batch_op.drop_column('negotiation_reference')
        batch_op.drop_column('negotiated_on')

"""Let reports count failed replies without looking at the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_digest_choice")]

    operations = [
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("failure", ""), _negated=True),
                fields=["tenant", "finished_at"],
                name="generations_failed",
            ),
        ),
    ]

"""A generation says which arm of a comparison it was written for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0006_verified_visitors"),
    ]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="arm",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Which side of a comparison it was written for, where one ran.",
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("arm", ""), _negated=True),
                fields=["arm"],
                name="generations_in_arms",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0016_waits"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="in_crowd",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="visitorsession",
            name="in_crowd",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]

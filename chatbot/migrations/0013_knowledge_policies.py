"""Several knowledge policies are called so."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing in the database changes."""

    dependencies = [("chatbot", "0012_identity")]

    operations = [
        migrations.AlterModelOptions(
            name="knowledgepolicy",
            options={"verbose_name_plural": "knowledge policies"},
        ),
    ]

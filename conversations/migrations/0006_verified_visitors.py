"""A visitor may be somebody whom the tenant vouches for; an action may wait for their yes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_failed_replies")]

    operations = [
        migrations.AddField(
            model_name="visitor",
            name="external_id",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Who they are at the tenant, once that was proved.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("message", "Somebody said something"),
                    ("reply.done", "The bot's reply is complete"),
                    ("reply.failed", "The bot could not reply"),
                    ("reply.stopped", "Somebody stopped the reply"),
                    ("reply.again", "Another reply is written instead"),
                    ("action.asked", "The bot asks whether it may do something"),
                    ("person.asked", "The visitor asked for a person"),
                    ("person.joined", "A person answers from here on"),
                    ("bot.back", "The bot answers again"),
                ],
                max_length=40,
            ),
        ),
    ]

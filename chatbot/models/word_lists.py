"""What must not be asked or shown."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from conversations.models import TenantOwned

LONGEST_WORD = 60


class WordList(TenantOwned):
    """A tenant's list of words and what happens where one stands.

    Its words change by versions; in force is the version of its newest
    publication, so putting an older one in force again is one more line.
    """

    class Action(models.TextChoices):
        """What happens where a listed word stands."""

        MASK = "mask", "Mask: the word is hidden, the rest is shown"
        BLOCK = "block", "Block: the question is not answered, the answer ends before it"
        PERSON = "person", "Person: as block, and a person is asked for"

    name = models.CharField(max_length=100)
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.BLOCK)
    in_questions = models.BooleanField(default=True)
    in_answers = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_word_list_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class WordListVersion(TenantOwned):
    """The words of a list at one time; never changed."""

    word_list = models.ForeignKey(WordList, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    words = ArrayField(models.CharField(max_length=LONGEST_WORD))
    reason = models.CharField(max_length=300, blank=True, help_text="Why this version exists.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["word_list", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["word_list", "number"], name="one_word_list_version_per_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word_list} v{self.number}"


class WordListPublication(TenantOwned):
    """From this moment on a version was in force, or none; never changed.

    Who did it and why stands with it: these lines are the list's audit.
    """

    word_list = models.ForeignKey(WordList, models.CASCADE, related_name="publications")
    version = models.ForeignKey(
        WordListVersion, models.CASCADE, null=True, help_text="None: the list was taken out of use."
    )
    reason = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["word_list", "-pk"]

    def __str__(self) -> str:
        return f"{self.version or self.word_list} at {self.at:%Y-%m-%d %H:%M}"

"""The demonstration shop: a front page with the widget, and help pages to ask about."""

from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from chatbot.engine.model_choice import voice_of
from chatbot.knowledge.documents import document_at, documents_of
from chatbot.providers.demo import is_demo
from conversations.access import demo_tenant
from conversations.models import Tenant
from conversations.rendering import as_html

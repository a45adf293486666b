"""What each setting is for; `docs/configure.md` is made of it.

A setting of `env.py` that stands in no group is shown without a sentence, and
a test names it.
"""

SETTINGS: dict[str, dict[str, str]] = {
    "The server": {
        "secret_key": "Signs tickets and sessions. `up` writes one into `.env`.",
        "field_key": "Encrypts provider keys and second factors where they lie. Several, separated "
        "by commas, while one replaces another: [Keys at rest](backup.md#keys-at-rest).",
        "public_url": "The address that browsers see, without a slash at its end. Its host is "
        "allowed, and with `https://` cookies are sent over TLS only.",
        "allowed_hosts": "Further names that the server answers to, separated by commas.",
        "trusted_proxies": "Addresses or networks, separated by commas, whose `X-Forwarded-For` "
        "and `-Proto` are believed. Empty: those of private networks; `none`: nobody's.",
        "metrics_token": "Who sends it as `Authorization: Bearer …` reads `/metrics`. Empty: only "
        "requests from the machine itself that went through no proxy do.",
        "log_format": "`line`, or `json` for an object a line, with the ids of request, "
        "conversation, reply and attempt.",
        "otel_exporter_otlp_endpoint": "A collector such as `http://collector:4318`, to which "
        "workers send a trace of every reply, without a word of it. Empty: none.",
        "api_requests_per_minute": "How often one token of the REST API may ask.",
        "debug": "Shows errors to whoever causes them. Never on a server.",
        "time_zone": "Of dates in the admin. Reports count by each tenant's own.",
        "static_is_collected": "Set by the image, where files are collected and compressed.",
    },
    "Where things are kept": {
        "database_url": "PostgreSQL 15 or newer. Empty: the one that comes along, under `var/`.",
        "redis_url": "Valkey, or Redis. Empty: the one that comes along.",
        "broker_url": "Celery's broker, for example RabbitMQ. Empty: `REDIS_URL`.",
        "database_pool_size": "Connections that each process keeps at most.",
        "worker_concurrency": "Replies that one worker writes at a time.",
    },
    "The model": {
        "openai_api_key": "Empty: the demo model answers, if `up` started it. Further keys stand "
        "in the admin under Keys.",
        "openai_base_url": "Any server that speaks as OpenAI's does. Empty: OpenAI.",
        "openai_api_version": "Azure's, for addresses with a deployment in them.",
        "openai_admin_key": "Fetches the provider's daily costs every night, for the "
        "[reconciliation](spend.md#does-it-agree-with-the-bill).",
        "chat_model": "Answers, unless a persona names another one.",
        "summary_model": "Sums up long conversations; a cheap one is enough. Empty: the one that "
        "answers.",
        "max_output_tokens": "Of a reply, unless a persona says otherwise.",
        "model_connect_seconds": "Until a connection stands.",
        "model_first_token_seconds": "Until the first word.",
        "model_idle_seconds": "Between two words.",
        "model_whole_seconds": "For a whole call.",
        "calls_per_reply": "Calls of a reply at most, with retries, tools and fallback.",
        "embedding_model": "Places questions and passages by meaning: `offline` is the model that "
        "comes along and costs nothing, `off` searches by words alone, anything else is "
        "a model of the provider's.",
        "embedding_near": "How near a passage must be, from 0 to 1, to answer by that alone.",
    },
    "What visitors may do": {
        "visitor_messages_per_minute": "Messages of one visitor; more wait in sight in the widget.",
        "visitor_waiting": "Replies that one visitor may wait for.",
        "new_visitors_per_minute": "New visitors of a tenant in a minute; beyond that each "
        "solves a riddle first, which takes a moment.",
        "new_visitors_per_address": "The same from one address; beyond ten times as many it is "
        "refused.",
        "crowd_messages_per_minute": "Messages of a visitor who came in such a crowd.",
        "tenant_waiting": "Replies that may wait for one tenant; more are refused with a sentence.",
        "tenant_at_once": "Replies of one tenant that are written at a time. 0: no limit.",
        "upload_max_mb": "Size of a visitor's file.",
        "upload_day_mb": "All files of a tenant's visitors in a day.",
        "upload_scan_command": "Is given each file on its input and ends with 0 for clean or 1 for "
        "infected, such as `clamdscan --no-summary -`. Empty: files are not scanned.",
        "fetch_inside": "`host:port` of your own network that knowledge and tools may fetch from, "
        "separated by commas. Everything else inside is refused.",
    },
    "Mail and alerts": {
        "email_host": "Where mail leaves. Empty: none leaves, and alerts stay on their page.",
        "email_port": "Its port.",
        "email_user": "Who signs in there.",
        "email_password": "With what.",
        "email_tls": "`starttls`, `ssl` or `none`.",
        "email_from": "The sender. Empty: `counterfoil@` and the host of `PUBLIC_URL`.",
        "alert_conversation_above": "Dollars that a conversation may cost in a week before its "
        "managers are told.",
    },
    "Signing in": {
        "second_factor": "`required`: staff without a code by an authenticator app get no page. "
        "`asked`: it is theirs to choose.",
        "oidc_server": "The address of your OpenID Connect server. The callback to name there is "
        "`/account/oidc/oidc/login/callback/`.",
        "oidc_client_id": "As the server gave it.",
        "oidc_client_secret": "As the server gave it.",
        "oidc_name": "What the button says. Whoever comes that way needs an account here with the "
        "same, verified mail address.",
    },
}

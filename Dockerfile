FROM python:3.11-slim
# The OpenAI SDK trusts the system's certificates, which slim images lack.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home counterfoil
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --chown=counterfoil . .
# A volume over var/backups takes its owner from here.
RUN mkdir -p var/backups && chown counterfoil . var var/backups
USER counterfoil
ENV COUNTERFOIL_VENV=off PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=chatbot.settings
RUN SECRET_KEY=build DATABASE_URL=postgres://build@nowhere/build REDIS_URL=redis://nowhere \
    python manage.py collectstatic --noinput
ENV STATIC_IS_COLLECTED=1
EXPOSE 8000
CMD ["python", "-m", "uvicorn", "chatbot.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--loop", "uvloop", "--http", "httptools", "--ws", "wsproto", "--ws-max-size", "65536", \
     "--ws-per-message-deflate", "false", \
     "--lifespan", "off", "--no-access-log", "--timeout-graceful-shutdown", "5", \
     "--no-proxy-headers", "--no-server-header", \
     "--log-level", "warning"]

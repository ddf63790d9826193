"""What a newcomer's machine lacks: PostgreSQL, Valkey, a mail catcher, and someone who watches over the processes.

Never part of a production image: there the stores and the supervision come from elsewhere (docker-compose.yml).
"""

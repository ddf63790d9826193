"""What a newcomer's machine lacks: PostgreSQL, Valkey, a mail catcher, and someone who watches over it all.

Never part of a production image: there, stores and supervision come from elsewhere (docker-compose.yml).
"""

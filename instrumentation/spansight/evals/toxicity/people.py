"""Words that name people by what they are: no insult by themselves, and whom a threat may mean."""

from typing import Final

PEOPLE: Final = """
    gays lesbians homosexuals muslims jews christians hindus asians arabs mexicans immigrants
    refugees women girls
"""
"""Who they are, and never what else there is."""

KINDS: Final = """
    gay lesbian bisexual transgender trans queer homosexual homosexuality muslim islam jew jewish
    christian hindu buddhist black blacks white whites african asian arab mexican indian immigrant
    refugee disabled blind deaf autistic woman girl
"""
"""Of what kind: pepper is black as well, and what is beaten stiff are whites."""

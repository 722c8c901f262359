"""Invented authors: common names from many languages, put together by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

__all__ = ["Author", "invent_authors"]

_GIVEN: Final = tuple(
    """Aino Aisha Ama Amélie Ana Anders Andrea Anneke Arjun Beatriz Björn Camille Carlos Caroline
    Catarina Chiara Chidi Claire Daniel David Deborah Dimitra Dmitri Eilidh Elena Elif Emma Emre
    Esther Eva Fatima Fiona Florian Francesca Gareth Giulia Grace Hannah Haruto Helena Hiroshi Ingrid
    Isabel Ivana Jacqueline James Jana Javier Jenny Johan Jörg José Joyce Julia Karin Katarzyna Kerstin
    Kwame Lars Laura Leila Li Liam Linh Lucía Magdalena Maja Marcus Margaret Maria Marie Mark Márta
    Matteo Mei Michael Mikko Minh Mohammed Nadia Naomi Natalia Ngozi Nicholas Niamh Nils Olga Oluwaseun
    Owen Paula Pedro Peter Philippa Pieter Priya Rachel Rafael Rahul Rebecca Renée Robert Rosa Ruth
    Sander Sara Sean Sébastien Shireen Simon Sofia Søren Stefan Susan Tamara Thomas Tomasz Ursula
    Valentina Victoria Wei William Xiu Yasmin Yuki Zeynep Zoë""".split()
)
_FAMILY: Final = tuple(
    """Abernathy Acheampong Adeyemi Ahlström Aldous Alvarado Amsel Andrade Aronsen Asante Ashdown
    Bakker Balogun Banerjee Barlow Baumgärtner Beckwith Bellamy Berglund Bianchi Blackwood Bonnet
    Borowski Brandt Brennan Brightwater Bui Caldwell Cardoso Carrasco Castell Chakraborty Chandler
    Chaudhry Chen Clayworth Colombo Conway Costa Cranmer Csonka Dahl D'Amico Davenport Delacroix Desai
    Devlin Dietrich Donnelly Dufour Dunmore Ekström Eldridge Engel Espinoza Fairweather Falk Farrugia
    Feldmann Fernández Ferreira Fischbach Fjeld Fontaine Forsyth Fournier Friis Fujita Gallagher Garrod
    Gebhardt Giannopoulos Gottlieb Grünwald Guerra Gustafsson Haddad Hallström Hargreaves Hartigan
    Hayashi Hedley Heikkinen Hofstetter Holloway Huang Hughes-Platt Iversen Iwasaki Jansson Jaworski
    Jensen Kapoor Karlsen Kaur Keane Khatun Kilbride Kimura Kjær Kowalczyk Krause Kristoffersen Kumar
    Lacroix Lagerqvist Langley Larkspur Lefèvre Lindholm Lombardi Lovelace MacAskill Mahlangu Mancini
    Marchetti Marston Matsuda Mbeki McCready McIlroy Mehta Meijer Mendonça Meyer Mikkelsen Moreau Mortensen
    Mukherjee Müller Naidoo Nakagawa Nguyen Nordqvist Nowak Núñez O'Brien O'Sullivan Oduya Okafor Olsson
    Oyelaran Palmgren Papadakis Park Pascoe Patel Pellegrini Pemberton Pereira Petrov Pham Pickering
    Quigley Quintero Radcliffe Rahman Ramírez Rasmussen Redfern Reyes Richter Rinaldi Rosenthal Rowntree
    Saarinen Sandoval Santos Schäfer Schellekens Selby Sharma Shaw-Lennox Silvestri Sjöberg Škoda Smedley
    Söderlund Stavrou Sternberg Strand Suzuki Szabó Takahashi Tanaka Tavares Teixeira Thackeray Thorne
    Tran Trevelyan Tsang Ueda Ulvestad Underhill Valente Vandenberghe Vargas Verhoeven Villanueva Virtanen
    Vogt Wainwright Wakefield Wang Weiss Westerlund Whitlock Wiśniewski Wójcik Wong Xu Yamamoto Yıldız
    Young-Harris Zhang Zielinski Zimmermann Zuidema""".split()
) + ("van der Linden", "de Vries", "van den Berg", "von Arnim", "da Silva", "dos Reis", "ter Horst")
_INITIALS: Final = "ABCDEFGHJKLMNPRSTVW"
_SHARE_MIDDLE: Final = 0.35  # authors who sign with a middle initial
_TEAM_SIZES: Final = (1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 12)


@dataclass(frozen=True, slots=True)
class Author:
    """A person as the publication prints the name."""

    family: str
    given: str
    middle: str = ""  # one initial, or nothing

    @property
    def initials(self) -> str:
        """Initials without stops: ``"AM"``."""
        return self.given[:1] + self.middle

    @property
    def dotted(self) -> str:
        """Initials with stops: ``"A.M."``."""
        return "".join(f"{letter}." for letter in self.initials)

    @property
    def full_given(self) -> str:
        """Given name and middle initial without a stop: ``"Anna M"``."""
        return f"{self.given} {self.middle}" if self.middle else self.given


def invent_authors(rng: Random) -> tuple[Author, ...]:
    """Return the author list of one publication, one to twelve different people.

    >>> from random import Random
    >>> invent_authors(Random(1)) == invent_authors(Random(1))
    True
    """
    families = rng.sample(_FAMILY, rng.choice(_TEAM_SIZES))
    return tuple(Author(family, rng.choice(_GIVEN), _middle(rng)) for family in families)


def _middle(rng: Random) -> str:
    return rng.choice(_INITIALS) if rng.random() < _SHARE_MIDDLE else ""

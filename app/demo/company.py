"""The fictional company of the demo: names only, nobody in it exists."""

from datetime import time

DOMAIN = "demo.example"
SMALLEST_TEAM_COUNT = 26
PEOPLE_PER_TEAM = 9

DEPARTMENTS = (
    "Ekonomi",
    "HR",
    "Inköp",
    "IT",
    "Kundservice",
    "Logistik",
    "Marknad",
    "Butik",
)

# Where and when visitors are welcome for a cup; some departments have not said.
FIKA = {
    "HR": (time(9, 30), "i soffan utanför HR", "Vi bjuder på knäckebröd."),
    "IT": (time(15), "i köket på plan 3", "Ta en kopp och slå dig ner vid fönstret."),
    "Kundservice": (time(14, 30), "i pausrummet bakom växeln", ""),
    "Logistik": (time(9), "vid lastkaj 2", "Ta med jackan, porten står öppen."),
}

# Team name and department; the sizes follow from the weights.
TEAMS = (
    ("Bönräknarna", "Ekonomi", 12),
    ("Öresutjämnarna", "Ekonomi", 7),
    ("Kassakistan", "Ekonomi", 5),
    ("Mellanrosten", "HR", 6),
    ("Påfyllarna", "HR", 5),
    ("Korgmakarna", "Inköp", 8),
    ("Råvarorna", "Inköp", 9),
    ("Smakproverna", "Inköp", 4),
    ("Bryggarna", "IT", 14),
    ("Molnbullarna", "IT", 11),
    ("Nätverksvåfflorna", "IT", 9),
    ("Felsökarfikat", "IT", 6),
    ("Påtåren", "Kundservice", 18),
    ("Svarta med mjölk", "Kundservice", 15),
    ("Kafferasten", "Kundservice", 12),
    ("Goda råd", "Kundservice", 7),
    ("Lagerlöven", "Logistik", 16),
    ("Pallplatsen", "Logistik", 13),
    ("Lastkajen", "Logistik", 9),
    ("Sista milen", "Logistik", 6),
    ("Kanelkompaniet", "Marknad", 10),
    ("Pärlsockret", "Marknad", 8),
    ("Rubrikerna", "Marknad", 5),
    ("Skyltfönstret", "Butik", 11),
    ("Morgongänget", "Butik", 9),
    ("Dopparna", "Butik", 3),
)

FIRST_NAMES = (
    *("Agnes", "Ali", "Alma", "Amir", "Anders", "Anna", "Arvid", "Astrid", "Axel", "Bengt"),
    *("Birgitta", "Bo", "Camilla", "Carina", "Daniel", "David", "Ebba", "Edvin", "Elin", "Elsa"),
    *("Emil", "Erik", "Eva", "Fatima", "Filip", "Frida", "Gun", "Gustav", "Hanna", "Hassan"),
    *("Helena", "Hugo", "Ida", "Ingrid", "Isak", "Jenny", "Karin", "Kerstin", "Klara", "Lars"),
    *("Leila", "Lena", "Linnea", "Lovisa", "Magnus", "Maja", "Malin", "Maria", "Mats", "Mikael"),
    *("Mira", "Mohammed", "Märta", "Noor", "Olle", "Oskar", "Pelle", "Petra", "Rasmus", "Rut"),
    *("Samira", "Sigrid", "Sofia", "Stina", "Sven", "Tove", "Tuva", "Ulla", "Viktor", "Åsa"),
)

LAST_NAMES = (
    *("Ahlgren", "Alm", "Backe", "Björk", "Blom", "Brink", "Dahl", "Edlund", "Ekdahl", "Falk"),
    *("Fors", "Frisk", "Grahn", "Hagel", "Haddad", "Hedlund", "Holm", "Hosseini", "Kask"),
    *("Kvist", "Ljung", "Lund", "Löv", "Mård", "Nyberg", "Näslund", "Palm", "Quist", "Rask"),
    *("Rehn", "Rosén", "Sand", "Sjö", "Skog", "Ståhl", "Sundin", "Tall", "Vik", "Åkerman", "Öst"),
)

SARA, NILS, JOHAN, AISHA = (f"{name}@{DOMAIN}" for name in ("sara", "nils", "johan", "aisha"))

# E-mail, name, team; Johan manages Ekonomi and Aisha leads the programme.
CAST = (
    (SARA, "Sara Ek", "Bönräknarna"),
    (NILS, "Nils Berg", "Bryggarna"),
    (JOHAN, "Johan Lind", "Bönräknarna"),
    (AISHA, "Aisha Warsame", "Mellanrosten"),
)

# So that dashboards have something to tell: teams that thrive and fade (how likely their people
# check in, and its change a round), two departments that never meet, and a group that nearly all
# leave.
TEAM_MOODS = {
    "Bönräknarna": (0.85, 0.02),
    "Öresutjämnarna": (0.95, -0.2),
    "Kassakistan": (0.95, -0.2),
}
STRANGERS = frozenset({"Ekonomi", "Inköp"})
DESERTED_TEAM = "Smakproverna"
DESERTED_AFTER = 2
LEFT_BEHIND = 4

NOTES = (
    "Det gick fortare än jag trodde. Vi ska höras igen nästa vecka.",
    "Lärde mig varför fakturorna alltid kommer på torsdagar.",
    "Hon visade ett kortkommando som sparar mig en kvart om dagen.",
    "Jag var nervös i hissen och lugn redan vid kaffet.",
)

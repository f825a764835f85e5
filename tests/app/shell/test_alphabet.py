from app.alphabet import in_order


def test_names_stand_where_a_swede_looks_for_them():
    names = ["Öl", "Ål", "Äl", "Zon", "IT", "inköp", "Påtåren", "Pärlsockret", "Idé", "Ide"]
    expected = ["Idé", "Ide", "inköp", "IT", "Påtåren", "Pärlsockret", "Zon", "Ål", "Äl", "Öl"]
    assert sorted(names, key=in_order) == expected

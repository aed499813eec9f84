def check(phone):
    return phone.startswith("00")

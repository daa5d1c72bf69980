while True:
    print("y" * 4096)

"""What Python does with aiohttp: gather over one session, each answer parsed and dropped.

Reads a token from stdin; prints the seconds that the requests took, a line for each round.
    gather.py <address ending in /> <requests> <connections> <rounds>
"""
import asyncio
import sys
import time

import aiohttp


async def get(session, address):
    async with session.get(address) as answer:
        return await answer.json()


async def main(address, count, connections, rounds):
    headers = {"Authorization": "Bearer " + sys.stdin.readline().strip()}
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        for total, shown in [(200, False)] + [(count, True)] * rounds:
            begun = time.perf_counter()
            items = await asyncio.gather(*(get(session, f"{address}{i}") for i in range(1, total + 1)))
            if shown:
                print(time.perf_counter() - begun)
            assert [item["id"] for item in items] == list(range(1, total + 1))


asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))

"""What Python does with aiohttp: gather over one session, each answer parsed and dropped.

Reads a token from stdin, and a line for each round; prints the seconds that the round's requests took.
    gather.py <beginning of the addresses> <requests> <connections>
"""
import asyncio
import sys
import time

import aiohttp


async def get(session, address):
    async with session.get(address) as answer:
        return await answer.json()


async def main(address, count, connections):
    headers = {"Authorization": "Bearer " + sys.stdin.readline().strip()}
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        while sys.stdin.readline():
            begun = time.perf_counter()
            items = await asyncio.gather(*(get(session, f"{address}{i}") for i in range(1, count + 1)))
            print(time.perf_counter() - begun, flush=True)
            assert [item["id"] for item in items] == list(range(1, count + 1))


asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:4])))

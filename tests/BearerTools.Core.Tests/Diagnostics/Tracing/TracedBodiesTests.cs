using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tests.Diagnostics.Tracing;

public sealed class TracedBodiesTests
{
    [Fact]
    public void The_oldest_bodies_make_room_for_new_ones()
    {
        var bodies = new TracedBodies(maxBytes: 100_000);
        var kept = Enumerable.Range(0, 50).Select(_ => Exchange(new string('x', 5000))).ToArray();
        foreach (var exchange in kept) bodies.Keep(exchange);

        Assert.InRange(bodies.Bytes, 50_000, 100_000);
        Assert.Null(kept[0].Request);
        Assert.Null(kept[0].RequestBody);
        Assert.NotNull(kept[^1].RequestBody);

        bodies.Clear();
        Assert.Equal(0, bodies.Bytes);
        Assert.Null(kept[^1].RequestBody);
    }

    private static TracedExchange Exchange(string body) =>
        new(new TracedHead("GET / HTTP/1.1", []), new TracedBody(body, "text/plain", IsCut: false, IsText: true));
}

using BearerTools.Composition;
using BearerTools.Security;

namespace BearerTools.Checks;

/// <summary>What a test of a connection tests, and how.</summary>
internal sealed record CheckTarget
{
    public required BearerServices Services { get; init; }

    /// <summary>Who is tested, as a clause, such as <c>with profile contoso</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The connection, or <see langword="null"/> to test only the path to an address.</summary>
    public Connection? Connection { get; init; }

    /// <summary>The address of the request; <see langword="null"/> if it is known only when there is a token.</summary>
    public Uri? Address { get; init; }

    /// <summary>The address as typed, relative to the base address; <see langword="null"/> for the base address itself.</summary>
    public string? Path { get; init; }

    public HttpMethod Method { get; init; } = HttpMethod.Get;

    public RequestOptions Options { get; init; } = RequestOptions.Default;

    /// <summary>An origin that the user's command line allows for this call only, or <see langword="null"/>.</summary>
    public Origin? Grant { get; init; }

    /// <summary>The error of a connection that cannot be used, or <see langword="null"/>.</summary>
    public Exception? Fault { get; init; }

    /// <summary>The error of a connection that has no token because a secret is missing, or <see langword="null"/>.</summary>
    public Exception? TokenFault { get; init; }

    /// <summary>The mocks that are active, or <see langword="null"/>: nothing may reach the network without them.</summary>
    public MockScope? Mocks { get; init; }

    /// <summary>The time limit of the whole test.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);
}

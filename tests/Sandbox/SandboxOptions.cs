namespace BearerTools.Sandbox;

/// <summary>How a sandbox listens. The defaults are a plain http server on any free port.</summary>
public sealed record SandboxOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>https with a certificate that is made at the start. Clients are asked for theirs, and any will do.</summary>
    public bool Tls { get; init; }

    /// <summary>The path of a Unix socket on which it listens too, with plain http.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>With a stand-in for Microsoft Entra beside it.</summary>
    public bool Entra { get; init; }

    /// <summary>Decides when tokens expire and how long delays take.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

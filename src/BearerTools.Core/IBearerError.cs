namespace BearerTools;

/// <summary>What every error of this module says of itself, for the one table that turns errors into error records.</summary>
public interface IBearerError
{
    /// <summary>A stable name, such as <c>InvalidClient</c>: the first part of FullyQualifiedErrorId.</summary>
    string ErrorId { get; }

    /// <summary>What kind of trouble it is.</summary>
    BearerErrorKind Kind { get; }

    /// <summary>What the server said, cleaned of secrets and control characters, or nothing.</summary>
    string? Details { get; }

    /// <summary>What to do next, or nothing.</summary>
    string? NextStep { get; }
}

/// <summary>What kind of trouble an error is.</summary>
public enum BearerErrorKind
{
    /// <summary>The answer or the data cannot be used.</summary>
    InvalidData,

    /// <summary>What was given cannot be used.</summary>
    InvalidArgument,

    /// <summary>Who you are was not accepted.</summary>
    Authentication,

    /// <summary>You are known, but may not.</summary>
    Permission,

    /// <summary>It is not there.</summary>
    NotFound,

    /// <summary>The server could not be reached, or the connection broke.</summary>
    Connection,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>The server answered with an error.</summary>
    Server,

    /// <summary>A rule of this module forbids it, to keep a secret safe.</summary>
    Security,

    /// <summary>The server wants fewer requests.</summary>
    Throttled,

    /// <summary>A file of this machine cannot be read or written.</summary>
    File,
}

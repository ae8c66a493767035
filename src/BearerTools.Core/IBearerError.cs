namespace BearerTools;

/// <summary>The contract of all errors of this module: the data that the error table turns into error records.</summary>
public interface IBearerError
{
    /// <summary>A stable name, such as <c>InvalidClient</c>: the first part of FullyQualifiedErrorId.</summary>
    string ErrorId { get; }

    /// <summary>What kind of trouble it is.</summary>
    BearerErrorKind Kind { get; }

    /// <summary>The text of the server, without secrets and control characters; <see langword="null"/> if it sent none.</summary>
    string? Details { get; }

    /// <summary>What the user can do next; <see langword="null"/> if nothing is known to help.</summary>
    string? NextStep { get; }
}

/// <summary>What kind of trouble an error is.</summary>
public enum BearerErrorKind
{
    /// <summary>The response or the data cannot be used.</summary>
    InvalidData,

    /// <summary>A value that the user passed cannot be used.</summary>
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

    /// <summary>The server returned an error.</summary>
    Server,

    /// <summary>A rule of this module forbids it, to keep a secret safe.</summary>
    Security,

    /// <summary>The server asks for fewer requests.</summary>
    Throttled,

    /// <summary>A file of this machine cannot be read or written.</summary>
    File,
}

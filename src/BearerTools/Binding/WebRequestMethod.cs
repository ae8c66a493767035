namespace BearerTools;

/// <summary>The methods of Invoke-RestMethod, by the same names.</summary>
public enum WebRequestMethod
{
    /// <summary>GET.</summary>
    Default,

    /// <summary>GET: asks for something.</summary>
    Get,

    /// <summary>HEAD: the headers of a GET.</summary>
    Head,

    /// <summary>POST: makes or does something.</summary>
    Post,

    /// <summary>PUT: replaces something.</summary>
    Put,

    /// <summary>DELETE: removes something.</summary>
    Delete,

    /// <summary>TRACE: the request back.</summary>
    Trace,

    /// <summary>OPTIONS: what may be done.</summary>
    Options,

    /// <summary>MERGE: changes a part of something, in OData before PATCH.</summary>
    Merge,

    /// <summary>PATCH: changes a part of something (RFC 5789).</summary>
    Patch,
}

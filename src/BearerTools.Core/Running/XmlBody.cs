using System.Xml;

namespace BearerTools.Running;

/// <summary>Converts XML as Invoke-RestMethod does: to a document, or to the items of a feed.</summary>
internal static class XmlBody
{
    /// <summary>The number of nodes at the start that are searched for a feed's root element.</summary>
    private const int NodesBeforeFeed = 10;

    /// <summary>Loads nothing external and ignores DTDs: declared entities stay unknown, so they cannot be expanded excessively.</summary>
    private static readonly XmlReaderSettings s_settings = new()
    {
        CheckCharacters = false,
        IgnoreProcessingInstructions = true,
        MaxCharactersFromEntities = 1024,
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
    };

    /// <summary>Checked before a document is built: that takes time quadratic in the depth.</summary>
    /// <param name="text">The text.</param>
    /// <param name="depth">The number of levels that are allowed.</param>
    /// <param name="isXml">False if it is not well-formed, as many pages are, in which nothing ends a <c>&lt;p&gt;</c>.</param>
    public static bool IsDeeper(string text, int depth, out bool isXml)
    {
        var isDeeper = false;
        try
        {
            using var reader = Reader(text);
            while (reader.Read())
            {
                isDeeper |= reader.Depth > depth;
            }

            isXml = true;
        }
        catch (XmlException)
        {
            // Nothing after the error becomes a node.
            isXml = false;
        }

        return isDeeper;
    }

    /// <returns>The document; <see langword="null"/> if the text is not XML.</returns>
    public static XmlDocument? Document(string text)
    {
        try
        {
            using var reader = Reader(text);
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return null;
        }
    }

    /// <summary>Returns the items of an RSS or Atom feed, parsed lazily.</summary>
    /// <returns>The items; <see langword="null"/> if the text is not a feed.</returns>
    public static IEnumerable<XmlNode>? Feed(string text)
    {
        var reader = Reader(text);
        try
        {
            for (var node = 0; node < NodesBeforeFeed && reader.Read(); node++)
            {
                if (IsNamed(reader, "rss", "feed")) return Items(reader);
            }
        }
        catch (XmlException)
        {
            // It is not XML, or not well-formed up to its tenth node.
        }

        reader.Dispose();
        return null;
    }

    /// <exception cref="XmlException">The feed is malformed; the items before that have been returned.</exception>
    private static IEnumerable<XmlNode> Items(XmlReader reader)
    {
        using (reader)
        {
            var owner = new XmlDocument { XmlResolver = null };
            reader.Read();
            while (!reader.EOF)
            {
                // ReadNode advances the reader.
                if (reader.NodeType == XmlNodeType.Element && IsNamed(reader, "item", "entry")) yield return Node(owner, reader);
                else reader.Read();
            }
        }
    }

    /// <exception cref="XmlException">The item is malformed.</exception>
    private static XmlNode Node(XmlDocument owner, XmlReader reader)
    {
        try
        {
            return owner.ReadNode(reader)!;
        }
        catch (ArgumentException e)
        {
            throw new XmlException(e.Message, e);
        }
    }

    /// <summary>
    /// The document refuses some values that the reader accepts, such as a version 1.0-, with an <see cref="ArgumentException"/>.
    /// </summary>
    private static bool IsMalformed(Exception error) => error is XmlException or ArgumentException;

    private static bool IsNamed(XmlReader reader, string name, string orName) =>
        reader.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || reader.Name.Equals(orName, StringComparison.OrdinalIgnoreCase);

    private static XmlReader Reader(string text) => XmlReader.Create(new StringReader(text), s_settings);
}
